// Where somebody is signed in, and ending it from here: for a phone that was lost or left lying.
import { useState } from "preact/hooks";
import type { Device } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { ScreenBar, TabBar } from "../shared/components/chrome.tsx";
import { FormError } from "../shared/components/fields.tsx";
import { Failed, Skeleton } from "../shared/components/states.tsx";
import { whenShort } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { isReachable } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";

export function Devices() {
  const resource = useResource(at.devices(), []);
  const [hasFailed, setFailed] = useState(false);
  const devices = resource.loaded.value?.data.devices;
  const failure = resource.failure.value;
  const end = async (call: () => Promise<unknown>) => {
    setFailed(false);
    await call().catch(() => setFailed(true));
    await resource.refresh();
  };
  const others = devices?.filter((device) => !device.is_this) ?? [];
  return (
    <>
      <ScreenBar title={t("devices")} backTo="/more" />
      <main class="page">
        <p>{t("devices_note")}</p>
        {!devices && failure && <Failed failure={failure} retry={() => void resource.refresh()} />}
        {!devices && !failure && <Skeleton rows={2} size="row" />}
        {devices && (
          <ul class="card rows">
            {devices.map((device) => (
              <li key={device.id} class="device-row">
                <DeviceText device={device} />
                {!device.is_this && (
                  <button
                    type="button"
                    class="button danger"
                    disabled={!isReachable.value}
                    onClick={() => void end(() => calls.endDevice(device.id))}
                  >
                    {t("device_end")}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
        <FormError text={hasFailed ? t("device_end_failed") : null} />
        {others.length > 1 && (
          <button
            type="button"
            class="button danger wide"
            disabled={!isReachable.value}
            onClick={() => void end(calls.endOtherDevices)}
          >
            {t("device_end_others")}
          </button>
        )}
        <WhatWeSee />
      </main>
      <TabBar />
    </>
  );
}

const kSeen = ["device_seen_kind", "device_seen_address", "device_seen_times", "device_seen_records"] as const;
const kUnseen = [
  "device_unseen_place",
  "device_unseen_content",
  "device_unseen_number",
  "device_unseen_pages",
] as const;

/** People use phones of their own: what the hospital learns about those is said in full. */
function WhatWeSee() {
  return (
    <section class="card padded what-we-see" aria-labelledby="what-we-see">
      <h2 id="what-we-see">{t("device_seen")}</h2>
      <ul>
        {kSeen.map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ul>
      <h3>{t("device_unseen")}</h3>
      <ul>
        {kUnseen.map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ul>
      <h3>{t("device_kept")}</h3>
      <p>{t("device_kept_note")}</p>
    </section>
  );
}

function DeviceText({ device }: { device: Device }) {
  return (
    <p>
      <b>{device.device || t("device_unknown")}</b>
      <span class="note block">
        {device.is_this ? t("device_this") : t("device_last_used", { when: whenShort(device.last_seen_at, now.value) })}
      </span>
      <span class="note block">{t("device_since", { when: whenShort(device.signed_in_at, now.value) })}</span>
    </p>
  );
}
