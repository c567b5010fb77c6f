// Starts the app.
import { render } from "preact";
import { App } from "./app.tsx";
import { startClock } from "./shared/clock.ts";
import { chooseLanguage, initialLanguage } from "./shared/i18n.ts";
import { startServiceWorker } from "./shared/new-version.ts";
import { startResources } from "./shared/resources.ts";
import { startRouter } from "./shared/router.tsx";
import { startSession } from "./shared/session.ts";
import { startTheme } from "./shared/theme.ts";
import "./shared/styles/tokens.css";
import "./shared/styles/base.css";
import "./shared/styles/controls.css";
import "./shared/styles/patient.css";
import "./shared/styles/alerts.css";
import "./shared/styles/results.css";
import "./shared/styles/sign-in.css";

async function start(): Promise<void> {
  const root = document.getElementById("app");
  if (!root) return;
  startTheme();
  startClock();
  startRouter();
  startResources();
  // Words and the session are fetched at the same time; both before the first draw.
  await Promise.all([chooseLanguage(initialLanguage()), startSession()]);
  root.replaceChildren();
  render(<App />, root);
  startServiceWorker();
}

void start();
