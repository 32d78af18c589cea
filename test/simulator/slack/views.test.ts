import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { Sent } from "../../../src/simulator/slack/sent.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { type Answer, createCaller } from "./call-api.ts";
import { openSocket, type SocketClient } from "./socket-client.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const option = (value: string) => ({ text: plain(value), value });
const input = (element: object, more: object = {}) => ({ type: "input", label: plain("L"), element, ...more });
const modal = (blocks: readonly object[], more: object = {}) => ({
  type: "modal",
  title: plain("Remix"),
  submit: plain("Draw"),
  blocks,
  ...more,
});
const PROMPT = input({ type: "plain_text_input", action_id: "prompt", max_length: 10 }, { block_id: "p" });
const home = (text: string) => ({ type: "home", blocks: [{ type: "section", text: { type: "mrkdwn", text } }] });

const idOf = ({ body }: Answer) => (body["view"] as { id: string }).id;
const hashOf = ({ body }: Answer) => (body["view"] as { hash: string }).hash;

describe("views of the simulated Slack", () => {
  let slack: SlackSimulator;
  let call: ReturnType<typeof createCaller>;
  let client: SocketClient;

  beforeEach(async () => {
    slack = await createSlackSimulator({ clock: createFakeClock() });
    call = createCaller(slack);
    client = await openSocket(slack);
    await client.next();
  });
  afterEach(() => slack.close());

  const trigger = () => slack.inject.shortcut({ callbackId: "s" }).triggerId;
  const open = (view: object) => call("views.open", { trigger_id: trigger(), view });

  async function acknowledge(sent: Sent, payload: object = {}): Promise<void> {
    client.ack(sent.envelope.id, payload);
    await sent.waitForAck();
  }

  it("open once for each trigger, within three seconds", async () => {
    const [used, late] = [trigger(), slack.inject.slash({ command: "/imagine", ageMs: 2500 }).triggerId];
    await call("views.open", { trigger_id: used, view: modal([PROMPT]) });

    const again = await call("views.open", { trigger_id: used, view: modal([PROMPT]) });
    slack.advanceClock(501);
    const expired = await call("views.open", { trigger_id: late, view: modal([PROMPT]) });

    expect(again.body.error).toBe("exchanged_trigger_id");
    expect(expired.body.error).toBe("expired_trigger_id");
  });

  it("are answered with everything that Slack knows of them", async () => {
    const { body } = await open(modal([PROMPT], { private_metadata: "m", callback_id: "c" }));

    expect(body["view"]).toMatchObject({
      type: "modal",
      team_id: slack.workspace.id,
      title: { type: "plain_text", text: "Remix", emoji: true },
      close: null,
      private_metadata: "m",
      callback_id: "c",
      state: { values: {} },
      hash: expect.any(String),
      previous_view_id: null,
      app_id: slack.grants.appId,
      bot_id: slack.grants.botId,
    });
  });

  it("are pushed up to three high, and closed one by one or all at once", async () => {
    const first = slack.views.get(idOf(await open(modal([PROMPT]))))!;
    const push = async () => call("views.push", { trigger_id: trigger(), view: modal([PROMPT]) });

    const second = await push();
    const third = await push();
    const fourth = await push();
    slack.inject.close(slack.views.get(idOf(third))!);
    const top = slack.views.top(slack.workspace.alice.id);
    slack.inject.close(first, { clear: true });
    const nothing = await push();

    expect(fourth.body.error).toBe("push_limit_reached");
    expect(second.body["view"]).toMatchObject({ root_view_id: first.id, previous_view_id: first.id });
    expect(top!.id).toBe(idOf(second));
    expect(slack.views.all().some(({ isOpen }) => isOpen)).toBe(false);
    expect(nothing.body.error).toBe("view_not_found");
  });

  it("are updated by id or external id, with the newest hash only", async () => {
    const opened = await open(modal([PROMPT], { external_id: "mine" }));
    const view = modal([PROMPT, { type: "divider" }], { external_id: "mine" });

    const byId = await call("views.update", { view_id: idOf(opened), view, hash: hashOf(opened) });
    const stale = await call("views.update", { view_id: idOf(opened), view, hash: hashOf(opened) });
    const byExternalId = await call("views.update", { external_id: "mine", view });
    const taken = await call("views.push", { trigger_id: trigger(), view });

    expect(byId.body.ok).toBe(true);
    expect(stale.body.error).toBe("hash_conflict");
    expect(byExternalId.body.ok).toBe(true);
    expect(taken.body.error).toBe("duplicate_external_id");
    expect(slack.views.get(idOf(opened))!.history).toHaveLength(2);
  });

  it("are Home tabs, one for each person, with hashes too", async () => {
    const { alice, bob } = slack.workspace;
    const first = await call("views.publish", { user_id: alice.id, view: home("1") });

    const second = await call("views.publish", { user_id: alice.id, view: home("2"), hash: hashOf(first) });
    const stale = await call("views.publish", { user_id: alice.id, view: home("3"), hash: hashOf(first) });
    const other = await call("views.publish", { user_id: bob.id, view: home("4") });
    const { payload } = slack.inject.openHome();

    expect(idOf(second)).toBe(idOf(first));
    expect(stale.body.error).toBe("hash_conflict");
    expect(idOf(other)).not.toBe(idOf(first));
    expect(payload["event"]).toMatchObject({ type: "app_home_opened", tab: "home", view: { id: idOf(first) } });
  });

  it("carry what a person fills in, beside what was there", async () => {
    const blocks = [
      PROMPT,
      input({
        type: "static_select",
        action_id: "model",
        options: [option("a"), option("b")],
        initial_option: option("a"),
      }),
      input({ type: "checkboxes", action_id: "flags", options: [option("x"), option("y")] }, { optional: true }),
      input({ type: "number_input", action_id: "steps", is_decimal_allowed: false, min_value: "1", max_value: "50" }),
    ];
    const view = slack.views.get(idOf(await open(modal(blocks))))!;

    const sent = slack.inject.submit(view, { values: { p: "a fox", flags: ["y"], steps: 20 } });

    const { state } = sent.payload["view"] as { state: { values: Record<string, Record<string, unknown>> } };
    expect(Object.assign({}, ...Object.values(state.values))).toEqual({
      prompt: { type: "plain_text_input", value: "a fox" },
      model: { type: "static_select", selected_option: expect.objectContaining({ value: "a" }) },
      flags: { type: "checkboxes", selected_options: [expect.objectContaining({ value: "y" })] },
      steps: { type: "number_input", value: "20" },
    });
    expect(Object.keys(state.values)[0]).toBe("p");
  });

  it.each([
    ["something that is not asked", { prompt: "a", colour: "red" }, "the view has no input colour"],
    ["nothing", {}, "has to be filled in"],
    ["too long a text", { prompt: "x".repeat(11) }, "takes 0 to 10 characters"],
    ["an option that is not there", { prompt: "a", model: "z" }, "has no option “z”"],
    ["too high a number", { prompt: "a", steps: 51 }, "does not take “51”"],
    ["a fraction", { prompt: "a", steps: 1.5 }, "does not take “1.5”"],
  ])("do not let a person send %s", async (_, values, sentence) => {
    const model = input({ type: "static_select", action_id: "model", options: [option("a")] }, { optional: true });
    const steps = input(
      { type: "number_input", action_id: "steps", is_decimal_allowed: false, max_value: "50" },
      { optional: true },
    );
    const view = slack.views.get(idOf(await open(modal([PROMPT, model, steps]))))!;

    expect(() => slack.inject.submit(view, { values })).toThrow(sentence);
  });

  it("close, stay with errors, change, stack and clear as the acknowledgement says", async () => {
    const view = slack.views.get(idOf(await open(modal([PROMPT]))))!;
    const submit = () => slack.inject.submit(slack.views.get(view.id)!, { values: { p: "a" } });
    const open2 = () => slack.views.all().filter(({ isOpen }) => isOpen).length;

    await acknowledge(submit(), { response_action: "errors", errors: { p: "No." } });
    const afterErrors = open2();
    await acknowledge(submit(), { response_action: "update", view: modal([PROMPT, { type: "divider" }]) });
    const blocks = slack.views.get(view.id)!.view["blocks"];
    await acknowledge(submit(), { response_action: "push", view: modal([{ type: "divider" }]) });
    const afterPush = open2();
    await acknowledge(submit(), { response_action: "clear" });

    expect(afterErrors).toBe(1);
    expect(blocks).toHaveLength(2);
    expect(afterPush).toBe(2);
    expect(open2()).toBe(0);
    expect(slack.log.violations).toEqual([]);
  });

  it.each([
    ["errors for blocks that are not there", { response_action: "errors", errors: { q: "No." } }],
    ["errors without a list", { response_action: "errors" }],
    ["an unknown action", { response_action: "explode" }],
    ["a view that breaks rules", { response_action: "update", view: { type: "modal", blocks: [] } }],
  ])("take no acknowledgement with %s", async (_, payload) => {
    const view = slack.views.get(idOf(await open(modal([PROMPT]))))!;

    await acknowledge(slack.inject.submit(view, { values: { p: "a" } }), payload);

    expect(slack.log.violations).toMatchObject([{ method: "ack of view_submission", refused: true }]);
  });

  it("tell the app that they were closed, where they ask for that", async () => {
    const quiet = slack.views.get(idOf(await open(modal([PROMPT]))))!;
    const loud = slack.views.get(
      idOf(await call("views.push", { trigger_id: trigger(), view: modal([PROMPT], { notify_on_close: true }) })),
    )!;

    const told = slack.inject.close(loud);

    expect(told!.payload).toMatchObject({ type: "view_closed", is_cleared: false, view: { id: loud.id } });
    expect(slack.inject.close(quiet)).toBeUndefined();
  });
});
