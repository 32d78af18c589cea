import { MessageFlags } from "discord-api-types/v10";
import { checkComponents } from "./component-rules.ts";
import type { UploadedFile } from "./discord-simulator.ts";
import { asList, asNumber, asObject, asText, type JsonObject } from "./json.ts";
import type { Problems } from "./problems.ts";

/** What a request adds a message to. */
export interface MessageBefore {
  readonly flags: number;
  readonly attachments: readonly { readonly id: string; readonly filename: string }[];
}

const LEGACY_FIELDS = ["content", "embeds", "poll", "sticker_ids"] as const;

/** Checks the body of a new message, or of an edit of `before`; `at` is the prefix of its fields ("data." in callbacks). */
export function checkMessage(
  body: JsonObject,
  files: readonly UploadedFile[],
  before: MessageBefore | undefined,
  problems: Problems,
): void {
  const isV2 = ((asNumber(body["flags"]) | (before?.flags ?? 0)) & MessageFlags.IsComponentsV2) !== 0;
  if (body["content"] !== undefined && body["content"] !== null) problems.length("content", body["content"], 0, 2000);
  if (isV2)
    for (const field of LEGACY_FIELDS) {
      const value = body[field];
      if (value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
        problems.refuse(field, `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`);
    }
  checkEmbeds(body["embeds"], problems);
  checkAllowedMentions(asObject(body["allowed_mentions"]), problems);
  const nonce = body["nonce"];
  if (typeof nonce === "string") problems.length("nonce", nonce, 1, 25);

  const names = checkAttachments(body["attachments"], files, before, problems);
  const { references } = checkComponents(body["components"], isV2, problems);
  for (const reference of [...references, ...embedReferences(body["embeds"])])
    if (!names.has(reference))
      problems.refuse("components", `attachment://${reference} names no file of this message.`);
  if (isV2 && Array.isArray(body["components"]))
    for (const name of names)
      if (!references.has(name)) problems.note("attachments", `${name} is shown by no component: nobody will see it.`);
}

/** Cross-checks files[n] with the attachments' ids; returns the names that the message will have. */
function checkAttachments(
  list: unknown,
  files: readonly UploadedFile[],
  before: MessageBefore | undefined,
  problems: Problems,
): Set<string> {
  const names = new Set<string>();
  if (files.length > 10) problems.refuse("files", "Must be 10 or fewer in length.");
  const byIndex = new Map<string, UploadedFile>();
  for (const file of files) {
    const index = /^files\[(\d+)\]$/.exec(file.field)?.[1];
    if (index === undefined) problems.refuse(file.field, "The field of a file is called files[n].");
    else if (byIndex.has(index)) problems.refuse(file.field, "This field is given twice.");
    else byIndex.set(index, file);
  }
  if (!Array.isArray(list)) {
    for (const { filename } of [...files, ...(before?.attachments ?? [])]) names.add(filename);
    return names;
  }
  if (list.length > 10) problems.refuse("attachments", "Must be 10 or fewer in length.");
  const listed = new Set<string>();
  for (const [i, value] of list.entries()) {
    const entry = asObject(value) ?? {};
    const id = String(entry["id"]);
    listed.add(id);
    const file = byIndex.get(id);
    const kept = before?.attachments.find((attachment) => attachment.id === id);
    if (!file && !kept)
      problems.refuse(`attachments.${i}.id`, `There is neither a files[${id}] nor an attachment ${id}.`);
    if (entry["description"] !== undefined && entry["description"] !== null)
      problems.length(`attachments.${i}.description`, entry["description"], 0, 1024);
    const name = file ? (asText(entry["filename"]) ?? file.filename) : kept?.filename;
    if (name !== undefined) names.add(name);
  }
  for (const [index, file] of byIndex)
    if (!listed.has(index)) {
      problems.note(file.field, "The list of attachments does not name this file.");
      names.add(file.filename);
    }
  return names;
}

function checkEmbeds(list: unknown, problems: Problems): void {
  const embeds = asList(list);
  if (embeds.length > 10) problems.refuse("embeds", "Must be 10 or fewer in length.");
  let total = 0;
  const limited = (at: string, value: unknown, most: number) => {
    if (value === undefined || value === null) return;
    problems.length(at, value, 0, most);
    total += asText(value)?.length ?? 0;
  };
  for (const [i, value] of embeds.entries()) {
    const embed = asObject(value) ?? {};
    limited(`embeds.${i}.title`, embed["title"], 256);
    limited(`embeds.${i}.description`, embed["description"], 4096);
    limited(`embeds.${i}.footer.text`, asObject(embed["footer"])?.["text"], 2048);
    limited(`embeds.${i}.author.name`, asObject(embed["author"])?.["name"], 256);
    const fields = asList(embed["fields"]);
    if (fields.length > 25) problems.refuse(`embeds.${i}.fields`, "Must be 25 or fewer in length.");
    for (const [j, field] of fields.entries()) {
      limited(`embeds.${i}.fields.${j}.name`, asObject(field)?.["name"] ?? "", 256);
      limited(`embeds.${i}.fields.${j}.value`, asObject(field)?.["value"] ?? "", 1024);
    }
  }
  if (total > 6000) problems.refuse("embeds", "Embed size exceeds maximum size of 6000");
}

function embedReferences(list: unknown): string[] {
  return asList(list).flatMap((value) =>
    ["image", "thumbnail"].flatMap((part) => {
      const url = asText(asObject(asObject(value)?.[part])?.["url"]);
      const name = url === undefined ? undefined : /^attachment:\/\/(.+)$/.exec(url)?.[1];
      return name === undefined ? [] : [name];
    }),
  );
}

function checkAllowedMentions(mentions: JsonObject | undefined, problems: Problems): void {
  const parse = asList(mentions?.["parse"]);
  for (const [i, what] of parse.entries())
    if (!["everyone", "roles", "users"].includes(what as string))
      problems.refuse(`allowed_mentions.parse.${i}`, 'Value must be one of ("everyone", "roles", "users").');
  for (const what of ["users", "roles"])
    if (parse.includes(what) && asList(mentions?.[what]).length > 0)
      problems.refuse(`allowed_mentions.${what}`, `parse:["${what}"] and ${what}: [ids...] are mutually exclusive.`);
}

/** Whether nobody would see anything of such a message. */
export function isEmptyMessage(message: JsonObject): boolean {
  const shown = ["embeds", "components", "attachments", "sticker_ids"].some(
    (field) => asList(message[field]).length > 0,
  );
  return (asText(message["content"]) ?? "").trim() === "" && !shown && !asObject(message["poll"]);
}
