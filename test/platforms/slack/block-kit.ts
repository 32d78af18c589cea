import { checkBlocks, checkView } from "../../../src/simulator/slack/block-kit/validate.ts";

/** What Slack would refuse in the blocks of a message; every file is there. */
export function blockFaults(blocks: unknown): readonly string[] {
  return checkBlocks(blocks, () => true);
}

/** What Slack would refuse in a modal or a Home tab. */
export function viewFaults(view: { readonly type: string }): readonly string[] {
  return checkView(view, view.type === "home" ? "home" : "modal", () => true);
}
