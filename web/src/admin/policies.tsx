// Escalation policies: which team is told first, whom it goes to when nobody acts, and which alert
// takes which way. The last step is fixed.
import type { Policies, Policy, PolicyRoute, PolicyStep } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { Icon } from "../shared/components/icons.tsx";
import { Loadable, Skeleton } from "../shared/components/states.tsx";
import { duration } from "../shared/format.ts";
import { type Resource, useResource } from "../shared/resources.ts";
import { roleWord } from "../shared/words.ts";
import { useDraft } from "./draft.ts";
import { AdminFrame } from "./frame.tsx";
import {
  endsAtSwitchboard,
  isSoundWindow,
  kSwitchboard,
  minutesUntil,
  rolesIn,
  waitsAreAllowed,
  withStepAdded,
} from "./policy-steps.ts";
import { PublishBar } from "./publish-bar.tsx";
import { RouteTable } from "./policy-routes.tsx";
import { ta } from "./words.ts";

export function AdminPolicies() {
  const resource = useResource(at.policies(), []);
  return (
    <AdminFrame title={ta("policies")} status={<FreshBar resource={resource} kinds={[]} />}>
      <Loadable resource={resource} kinds={[]} skeleton={<Skeleton rows={3} size="card" />}>
        {(data) => <PolicyEditor current={data} resource={resource} />}
      </Loadable>
    </AdminFrame>
  );
}

function PolicyEditor({ current, resource }: { current: Policies; resource: Resource<Policies> }) {
  const draft = useDraft(current);
  const { policies, routes } = draft.data;
  const roles = rolesIn(current);
  const isValid =
    policies.every((policy) => endsAtSwitchboard(policy.steps) && waitsAreAllowed(policy.steps)) &&
    routes.every(isSoundWindow);

  const setPolicy = (index: number, next: Policy) =>
    draft.change({ ...draft.data, policies: policies.map((policy, at) => (at === index ? next : policy)) });
  const setRoutes = (next: PolicyRoute[]) => draft.change({ ...draft.data, routes: next });
  const publish = () =>
    draft.publish(async (data) => {
      const answer = await calls.changePolicies(data);
      await resource.refresh();
      return answer;
    });
  const reset = () => {
    draft.reset();
    void resource.refresh();
  };

  return (
    <>
      {policies.map((policy, index) => (
        <PolicyCard key={policy.id} policy={policy} roles={roles} onChange={(next) => setPolicy(index, next)} />
      ))}
      <RouteTable routes={routes} policies={policies} teams={draft.data.teams ?? []} onChange={setRoutes} />
      <PublishBar
        isChanged={draft.isChanged}
        publishing={draft.publishing}
        isValid={isValid}
        onPublish={() => void publish()}
        onReset={reset}
      />
    </>
  );
}

interface PolicyCardProps {
  policy: Policy;
  roles: readonly string[];
  onChange: (policy: Policy) => void;
}

function PolicyCard({ policy, roles, onChange }: PolicyCardProps) {
  const { steps } = policy;
  const setStep = (index: number, next: PolicyStep) =>
    onChange({ ...policy, steps: steps.map((step, at) => (at === index ? next : step)) });
  const removeStep = (index: number) => onChange({ ...policy, steps: steps.filter((_, at) => at !== index) });
  return (
    <section class="card padded" aria-labelledby={`policy-${policy.id}`}>
      <h2 id={`policy-${policy.id}`}>{policy.label}</h2>
      <ol class="steps">
        {steps.map((step, index) => (
          <li key={index}>
            <StepRow
              step={step}
              roles={roles}
              reachedAfter={minutesUntil(steps, index)}
              isLast={index === steps.length - 1}
              onChange={(next) => setStep(index, next)}
              onRemove={() => removeStep(index)}
            />
          </li>
        ))}
      </ol>
      {!waitsAreAllowed(steps) && (
        <p class="form-error" role="alert">
          {ta("step_wait_wrong")}
        </p>
      )}
      <p class="note">{ta("step_last_note")}</p>
      <button
        type="button"
        class="button"
        onClick={() => onChange({ ...policy, steps: withStepAdded(steps, roles[0] ?? "ward_nurse") })}
      >
        <Icon name="plus" />
        {ta("step_add")}
      </button>
    </section>
  );
}

interface StepRowProps {
  step: PolicyStep;
  roles: readonly string[];
  /** Minutes since the alert opened. */
  reachedAfter: number;
  isLast: boolean;
  onChange: (step: PolicyStep) => void;
  onRemove: () => void;
}

function StepRow({ step, roles, reachedAfter, isLast, onChange, onRemove }: StepRowProps) {
  const setMinutes = (typed: string) => {
    const minutes = Number.parseInt(typed, 10);
    if (Number.isFinite(minutes) && minutes >= 0) onChange({ ...step, after_seconds: minutes * 60 });
  };
  return (
    <div class="step-row">
      <label class="field">
        <span>{ta("step_wait")}</span>
        <input
          type="number"
          min="0"
          max="1440"
          inputMode="numeric"
          value={String(Math.round(step.after_seconds / 60))}
          onChange={(event) => setMinutes(event.currentTarget.value)}
        />
      </label>
      {isLast ? (
        <span class="step-fixed">{roleWord(kSwitchboard)}</span>
      ) : (
        <label class="field">
          <span>{ta("step_to")}</span>
          <select value={step.to} onChange={(event) => onChange({ ...step, to: event.currentTarget.value })}>
            {roles.map((role) => (
              <option key={role} value={role}>
                {roleWord(role)}
              </option>
            ))}
          </select>
        </label>
      )}
      <span class="note step-reached">
        {reachedAfter === 0 ? ta("step_at_once") : ta("step_reached", { duration: duration(reachedAfter * 60_000) })}
      </span>
      {!isLast && (
        <button type="button" class="icon-button" aria-label={ta("step_remove")} onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
