import { z } from "zod";

/** One setting: a row here is its parser, its default, its line in .env.example and its row in the documentation. */
interface Variable<T> {
  readonly parse: z.ZodType<T, string>;
  readonly fallback: string;
  /** Values of secrets are never printed, and may also be given as a file named by <NAME>_FILE. */
  readonly secret: boolean;
  readonly group: "Chat services" | "Pictures" | "Models" | "Limits" | "Moderation" | "Storage" | "Health" | "Logs";
  readonly help: string;
}

function row<T>(
  group: Variable<T>["group"],
  fallback: string,
  help: string,
  parse: z.ZodType<T, string>,
  secret = false,
): Variable<T> {
  return { parse, fallback, secret, group, help };
}

const text = z.string();
const list = z.string().transform((value) =>
  value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);

function integer(min: number, max: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^-?\d+$/, "is not a whole number")
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`);
}

function oneOf<const T extends string>(...values: readonly T[]): z.ZodType<T, string> {
  return z
    .string()
    .refine(
      (value): value is T => (values as readonly string[]).includes(value),
      `must be one of ${values.join(", ")}`,
    );
}

/** Every setting of Easel, in the order of .env.example. */
export const VARIABLES = {
  DISCORD_TOKEN: row("Chat services", "", "Bot token of a Discord application", text, true),
  DISCORD_API_URL: row(
    "Chat services",
    "https://discord.com/api",
    "Where Discord is; another address is for tests and proxies",
    z.url({ protocol: /^https?$/, error: "is not an http or https address" }),
  ),
  DISCORD_PUBLIC_KEY: row(
    "Chat services",
    "",
    "Public key of the Discord application: interactions then come by HTTP, for many servers; empty = by the gateway",
    z.string().regex(/^([0-9a-f]{64})?$/i, "is not a key of 64 hexadecimal digits"),
  ),
  DISCORD_INTERACTIONS_HOST: row(
    "Chat services",
    "127.0.0.1",
    "Address where interactions by HTTP are taken, behind a proxy with TLS",
    text,
  ),
  DISCORD_INTERACTIONS_PORT: row("Chat services", "7861", "Its port", integer(1, 65_535)),
  SLACK_BOT_TOKEN: row("Chat services", "", "Slack bot token, xoxb-…, for one workspace", text, true),
  SLACK_APP_TOKEN: row("Chat services", "", "Slack app-level token for Socket Mode, xapp-…", text, true),
  SLACK_API_URL: row(
    "Chat services",
    "https://slack.com/api/",
    "Where Slack is; another address is for tests and proxies",
    z
      .url({ protocol: /^https?$/, error: "is not an http or https address" })
      .transform((url) => (url.endsWith("/") ? url : `${url}/`)),
  ),
  SLACK_SIGNING_SECRET: row(
    "Chat services",
    "",
    "Signing secret of the Slack app: events then come by HTTP; empty = by Socket Mode",
    text,
    true,
  ),
  SLACK_CLIENT_ID: row(
    "Chat services",
    "",
    "Client ID of the Slack app, for many workspaces: each installs it at /slack/install and needs no SLACK_BOT_TOKEN",
    text,
  ),
  SLACK_CLIENT_SECRET: row("Chat services", "", "Client secret of the Slack app", text, true),
  SLACK_TOKEN_KEY: row(
    "Chat services",
    "",
    "Encrypts the workspaces' tokens: 64 hexadecimal digits, for example from openssl rand -hex 32",
    z.string().regex(/^([0-9a-f]{64})?$/i, "is not a key of 64 hexadecimal digits"),
    true,
  ),
  SLACK_HTTP_HOST: row(
    "Chat services",
    "127.0.0.1",
    "Address where Slack's requests and installations are taken, behind a proxy with TLS",
    text,
  ),
  SLACK_HTTP_PORT: row("Chat services", "7862", "Its port", integer(1, 65_535)),
  DEFAULT_MODEL: row(
    "Pictures",
    "easel-v1",
    "Model that draws when nobody names one: a folder name below models/",
    text,
  ),
  DEFAULT_COUNT: row(
    "Pictures",
    "4",
    "Pictures of one /imagine when nobody says how many; `/settings` changes it for a person, a channel or a server",
    integer(1, 8),
  ),
  DEVICES: row(
    "Pictures",
    "auto",
    "Devices that draw, one process each: auto, or a list such as cuda:0,cuda:1 or cpu",
    list,
  ),
  THREADS: row(
    "Pictures",
    "0",
    "CPU threads of each device process; 0 = all cores shared between the processes",
    integer(0, 256),
  ),
  INT8: row(
    "Pictures",
    "auto",
    "auto = a model with int8 graphs (`easel models quantize --beside`) draws with them where this processor gains from it; off = never",
    oneOf("auto", "off"),
  ),
  ROWS_AT_ONCE: row(
    "Pictures",
    "0",
    "Rows that a denoiser computes together (a picture has two with guidance); 0 = what each device measures to be fastest",
    integer(0, 64),
  ),
  NOISE: row(
    "Pictures",
    "cpu",
    "Whose random numbers a seed means: cpu = torch's on a CPU, as in diffusers' documentation; cuda = torch's on an Nvidia GPU, as in A1111 by default. Another choice makes other pictures of the same seeds",
    oneOf("cpu", "cuda"),
  ),
  STEP_DEADLINE_SECONDS: row(
    "Pictures",
    "300",
    "A device that shows no sign of life for so long is restarted",
    integer(5, 86_400),
  ),
  MODELS_DIR: row(
    "Models",
    "",
    "Folder with your own models, beside the built-in one; empty = models in DATA_DIR",
    text,
  ),
  HF_ENDPOINT: row(
    "Models",
    "https://huggingface.co",
    "Where `easel models pull` finds models: the Hugging Face hub or a mirror of it",
    z.url({ protocol: /^https?$/, error: "is not an http or https address" }),
  ),
  HF_TOKEN: row(
    "Models",
    "",
    "Access token of the hub, for models that ask for one",
    z.string().regex(/^(hf_\S+)?$/, "does not begin with hf_"),
    true,
  ),
  SAFETY_RULES: row("Pictures", "", "File with your own prompt rules, beside the shipped ones; see SAFETY.md", text),
  WATERMARK: row(
    "Pictures",
    "on",
    "An invisible mark in every picture; off leaves the model's pixels as they are",
    oneOf("on", "off"),
  ),
  REQUESTS_PER_MINUTE: row("Limits", "20", "Requests that one person may start in a minute", integer(1, 10_000)),
  MAX_WAITING_PER_PERSON: row("Limits", "20", "Jobs that one person may have waiting", integer(1, 100_000)),
  MAX_WAITING_PER_CHANNEL: row("Limits", "100", "Jobs that one channel may have waiting", integer(1, 100_000)),
  MAX_WAITING: row("Limits", "10000", "Jobs that may wait in all", integer(1, 1_000_000)),
  QUOTA_DEVICE_SECONDS: row(
    "Limits",
    "0",
    "Device seconds that one person may use in a period; 0 = no quota",
    integer(0, 10_000_000),
  ),
  QUOTA_PERIOD_HOURS: row("Limits", "24", "Length of the quota's period", integer(1, 8760)),
  RETENTION_DAYS: row(
    "Moderation",
    "90",
    "Requests and their pictures are deleted after so many days; 0 = never",
    integer(0, 36_500),
  ),
  AUDIT_DAYS: row(
    "Moderation",
    "365",
    "Decisions, strikes and the audit log are deleted after so many days; 0 = never",
    integer(0, 36_500),
  ),
  AUDIT_PROMPTS: row(
    "Moderation",
    "hash",
    "How refused and held prompts appear in the audit log: off, hash, full",
    oneOf("off", "hash", "full"),
  ),
  STRIKE_DAYS: row("Moderation", "7", "How long a refusal counts against somebody", integer(1, 3650)),
  STRIKE_BANS: row(
    "Moderation",
    "5:1, 10:24, 20:720",
    "How many refusals lead to how many hours without drawing; off = none do",
    z
      .string()
      .regex(
        /^(off|\d{1,5}:\d{1,5}(\s*,\s*\d{1,5}:\d{1,5})*)$/,
        "must be off or a list of refusals:hours such as 5:1, 10:24",
      )
      .transform((value) =>
        value === "off"
          ? []
          : value
              .split(",")
              .map((step) => step.split(":").map(Number))
              .map(([strikes = 1, hours = 1]) => ({ strikes, hours }))
              .sort((a, b) => a.strikes - b.strikes),
      ),
  ),
  STRIKE_FREE_RULES: row(
    "Moderation",
    "filter, self-harm, suggestive",
    "Categories of rules whose refusals do not count",
    list,
  ),
  DATA_DIR: row("Storage", "data", "Folder for the database and the pictures", text),
  PICTURES_DIR: row("Storage", "pictures", "Folder where the terminal puts finished pictures", text),
  KEYV_URL: row(
    "Storage",
    "",
    "redis://host:6379 or rediss://…: settings of people and places are kept there, for several programs together; empty = in the database",
    z
      .string()
      .refine((value) => value === "" || /^rediss?:\/\/[^\s/]/.test(value), "is not an address like redis://host:6379"),
    true,
  ),
  DATABASE_SYNC: row(
    "Storage",
    "normal",
    "normal survives a crash of the program; full also a power cut, and is slower",
    oneOf("normal", "full"),
  ),
  HEALTH_HOST: row("Health", "127.0.0.1", "Address of the pages /livez, /readyz and /health", text),
  HEALTH_PORT: row("Health", "0", "Their port; 0 = there are none", integer(0, 65_535)),
  LOG_LEVEL: row(
    "Logs",
    "info",
    "Least serious kind of log line: debug, info, warn, error, silent",
    oneOf("debug", "info", "warn", "error", "silent"),
  ),
  LOG_PROMPTS: row("Logs", "off", "How prompts appear in logs: off, hash, full", oneOf("off", "hash", "full")),
} as const;

export type VariableName = keyof typeof VARIABLES;

/** The parsed settings. */
export type Settings = { readonly [Name in VariableName]: z.infer<(typeof VARIABLES)[Name]["parse"]> };
