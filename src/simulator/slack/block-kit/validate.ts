import { asList, asObject, asText, type JsonObject } from "../../discord/json.ts";
import { asObjects } from "../json.ts";
import { BLOCKS } from "./blocks.ts";
import { anything, flag, list, object, oneOf, type Surface, text, type Walk } from "./checks.ts";
import { plainText, typed } from "./composition.ts";
import { checkInnerLengths } from "./inner-lengths.ts";

/** Knows which slack_file references the app may show now. */
export type SlackFileTest = Walk["slackFileIsUsable"];

/** `innerLengths`: also those lengths that are checked by nobody but Slack. */
export interface Depth {
  readonly innerLengths: boolean;
}

/** What Slack says about the blocks of a message: nothing when it takes them, otherwise sentences with JSON pointers. */
export function checkBlocks(
  blocks: unknown,
  slackFileIsUsable: SlackFileTest,
  { innerLengths }: Depth = { innerLengths: true },
): readonly string[] {
  return collect("message", slackFileIsUsable, (walk) => {
    list(0, 50, BLOCKS.message)(blocks, "/blocks", walk);
    if (innerLengths) checkInnerLengths(blocks, "/blocks", walk);
    checkUnique(blocks, "/blocks", walk);
  });
}

/** What Slack says about a modal or a Home tab: nothing when it takes it, otherwise sentences with JSON pointers. */
export function checkView(
  view: unknown,
  type: "modal" | "home",
  slackFileIsUsable: SlackFileTest,
  { innerLengths }: Depth = { innerLengths: true },
): readonly string[] {
  return collect(type, slackFileIsUsable, (walk) => {
    const blocks = list(type === "modal" ? 1 : 0, 100, BLOCKS[type]);
    const shared = {
      private_metadata: text(0, 3000),
      callback_id: text(0, 255),
      external_id: text(0, 255),
    };
    const check =
      type === "home"
        ? typed({ type: oneOf("home"), blocks }, shared)
        : object(
            { type: oneOf("modal"), title: plainText(24), blocks },
            {
              ...shared,
              submit: plainText(24),
              close: plainText(24),
              clear_on_close: flag,
              notify_on_close: flag,
              submit_disabled: flag,
              state: anything,
            },
            requireSubmit,
          );
    check(view, "/view", walk);
    if (innerLengths) checkInnerLengths(asObject(view)?.["blocks"], "/view/blocks", walk);
    checkUnique(asObject(view)?.["blocks"], "/view/blocks", walk);
  });
}

function requireSubmit(view: JsonObject, pointer: string, walk: Walk): void {
  const hasInput = asList(view["blocks"]).some((one) => asObject(one)?.["type"] === "input");
  if (hasInput && view["submit"] === undefined)
    walk.refuse("submit is required when an input block is within the blocks array", pointer);
}

/** block_ids are unique in a message or view, action_ids in their block. */
function checkUnique(blocks: unknown, pointer: string, walk: Walk): void {
  const blockIds = new Set<string>();
  asList(blocks).forEach((block, index) => {
    const given = asObject(block);
    if (!given) return;
    const id = asText(given["block_id"]);
    if (id !== undefined && blockIds.has(id))
      walk.refuse(`block_id must be unique: ${id}`, `${pointer}/${index}/block_id`);
    if (id !== undefined) blockIds.add(id);
    const actionIds = new Set<string>();
    for (const element of elementsOf(given)) {
      const actionId = asText(element["action_id"]);
      if (actionId === undefined) continue;
      if (actionIds.has(actionId)) walk.refuse(`action_id must be unique: ${actionId}`, `${pointer}/${index}`);
      actionIds.add(actionId);
    }
  });
}

/** The interactive elements of a block, those of cards and child blocks included. */
export function elementsOf(block: JsonObject): readonly JsonObject[] {
  const elements = asObjects(block["elements"]);
  const cards = elements.filter(({ type }) => type === "card");
  const single = asObjects([block["accessory"], block["element"]]);
  return [
    ...single,
    ...elements.filter(({ type }) => type !== "card"),
    ...asObjects(block["actions"]),
    ...[...cards, ...asObjects(block["child_blocks"])].flatMap(elementsOf),
  ];
}

function collect(surface: Surface, slackFileIsUsable: SlackFileTest, check: (walk: Walk) => void): readonly string[] {
  const problems: string[] = [];
  check({
    surface,
    slackFileIsUsable,
    refuse(sentence, pointer) {
      problems.push(`${sentence} [json-pointer:${pointer}]`);
    },
  });
  return problems;
}
