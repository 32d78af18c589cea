import type { types } from "@slack/bolt";
import { notice, type Message } from "../../core/message.ts";
import { NEW_FORM_ID } from "../../core/picture-form.ts";
import type { Workspace } from "./address.ts";
import { SLACK_LIMITS } from "./limits.ts";
import { toMrkdwn } from "./mrkdwn.ts";
import { renderMessage, toImage, toSections } from "./render-message.ts";
import type { Uploads } from "./uploads.ts";

/** Runs a command as the person who looks at the Home tab, and takes its answer. */
export type Ask = (command: string, text?: string) => Promise<Message | undefined>;

const SHOWN_PICTURES = 3;

/** What members see below their pictures and quota, by command. */
const SECTIONS: readonly { readonly command: string; readonly title: string }[] = [
  { command: "queue", title: "Queue" },
  { command: "settings", title: "Your settings" },
];
const ADMIN_SECTIONS: readonly { readonly action: string; readonly title: string }[] = [
  { action: "queue", title: "For you as an admin" },
  { action: "stats", title: "This workspace" },
];

/**
 * The Home tab: the answers of commands on one page, so that it can say and do nothing that the person could not by typing. Newest pictures,
 * quota, queue, settings, a button for a new picture; for admins what waits for them.
 */
export async function composeHome(
  deps: {
    readonly ask: Ask;
    readonly uploads: Pick<Uploads, "ensure">;
    readonly nameCommands: (text: string) => string;
  },
  person: { readonly workspace: Workspace; readonly moderator: boolean; readonly quota: string },
): Promise<types.HomeView> {
  const { ask, nameCommands } = deps;

  const toBlocks = (title: string, message: Message | undefined): types.KnownBlock[] =>
    message === undefined
      ? []
      : [
          { type: "header", text: { type: "plain_text", text: title } },
          ...renderMessage(message, [], { nameCommands }).blocks,
        ];

  async function pictures(history: Message | undefined): Promise<types.KnownBlock[]> {
    const buttons = history?.buttons.flat() ?? [];
    const shown: types.KnownBlock[] = [];
    for (const { id } of buttons.slice(0, SHOWN_PICTURES)) {
      const job = /^v1:show:([a-z0-9]+)$/.exec(id)?.[1];
      const [picture] = (job === undefined ? undefined : await ask("show", job))?.pictures ?? [];
      if (!picture || picture.spoiler) continue;
      const [file] = await deps.uploads.ensure(person.workspace, [picture]);
      if (file) shown.push(toImage(file));
    }
    return shown;
  }

  const history = await ask("history", "--count 5");
  const blocks: types.KnownBlock[] = [
    ...toSections(
      toMrkdwn(nameCommands("**Easel** draws what you describe: type `/imagine a red fox in the snow`, or:")),
    ),
    {
      type: "actions",
      elements: [
        {
          type: "button",
          action_id: NEW_FORM_ID,
          style: "primary",
          text: { type: "plain_text", text: "Create a picture" },
        },
      ],
    },
    ...toBlocks("Your pictures", history),
    ...(await pictures(history)),
    ...toBlocks("Quota", notice(person.quota)),
  ];
  for (const { command, title } of SECTIONS) {
    blocks.push(...toBlocks(title, await ask(command)));
  }
  for (const { action, title } of person.moderator ? ADMIN_SECTIONS : []) {
    blocks.push(...toBlocks(title, await ask("admin", action)));
  }
  return { type: "home", blocks: withUniqueButtons(blocks).slice(0, SLACK_LIMITS.viewBlocks) };
}

/** The same button in two sections stands in the first. */
function withUniqueButtons(blocks: readonly types.KnownBlock[]): types.KnownBlock[] {
  const seen = new Set<string>();
  return blocks.flatMap((block): types.KnownBlock[] => {
    if (block.type !== "actions") return [block];
    const elements = block.elements.filter(({ action_id: id = "" }) => !seen.has(id) && seen.add(id));
    return elements.length === 0 ? [] : [{ ...block, elements }];
  });
}
