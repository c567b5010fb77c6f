// A component whose code is fetched when it is first drawn, with the words it needs.
import { signal } from "@preact/signals";
import type { ComponentType, VNode } from "preact";
import { dictionariesReady, t } from "../i18n.ts";

export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  placeholder: VNode,
): (props: Props) => VNode {
  const loaded = signal<{ Component: ComponentType<Props> } | null>(null);
  const hasFailed = signal(false);
  let isStarted = false;

  const start = () => {
    isStarted = true;
    hasFailed.value = false;
    load()
      .then(async (Component) => {
        await dictionariesReady();
        loaded.value = { Component };
      })
      .catch(() => {
        isStarted = false;
        hasFailed.value = true;
      });
  };

  return function Lazy(props: Props) {
    const ready = loaded.value;
    if (ready) return <ready.Component {...props} />;
    if (hasFailed.value) {
      return (
        <button type="button" class="button" onClick={start}>
          {t("part_not_loaded")}
        </button>
      );
    }
    if (!isStarted) start();
    return placeholder;
  };
}
