/** Parts of Block Kit as short as they may be, for tables of what is right and wrong. */
export const plain = (text: string) => ({ type: "plain_text", text });
export const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
export const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
export const button = (more: object = {}) => ({ type: "button", text: plain("Go"), ...more });
export const actions = (...elements: readonly object[]) => ({ type: "actions", elements });
export const option = (value: string, more: object = {}) => ({ text: plain(value), value, ...more });
export const select = (more: object = {}) => ({
  type: "static_select",
  action_id: "s",
  options: [option("a")],
  ...more,
});
export const input = (element: object, more: object = {}) => ({ type: "input", label: plain("L"), element, ...more });
export const prompt = (more: object = {}) => input({ type: "plain_text_input", action_id: "p", ...more });
export const image = (more: object = {}) => ({
  type: "image",
  alt_text: "a",
  image_url: "https://example.com/a.png",
  ...more,
});
export const rich = (...elements: readonly object[]) => ({ type: "rich_text", elements });
export const line = (...elements: readonly object[]) => ({ type: "rich_text_section", elements });
export const card = (more: object = {}) => ({ type: "card", title: mrkdwn("T"), ...more });
export const modal = (blocks: readonly object[], more: object = {}) => ({
  type: "modal",
  title: plain("T"),
  submit: plain("S"),
  blocks,
  ...more,
});
