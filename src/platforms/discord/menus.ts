import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type APIMessage,
  type APIMessageApplicationCommandInteraction,
  type APIUserApplicationCommandInteraction,
} from "discord-api-types/v10";
import { encodeButtonId } from "../../core/button-id.ts";
import type { TextKey } from "../../core/texts/english.ts";
import { ENGLISH } from "./locales/locales.ts";

/** An entry of the context menu of a message or a person (right click, Apps). */
export interface Menu {
  readonly on: "message" | "user";
  readonly name: string;
  readonly names: Readonly<Record<string, string>>;
  /** The button that it presses on a message with pictures of ours: the action of a file in commands/buttons/. */
  readonly press?: { readonly action: string; readonly index?: number };
  /** The command that gets the message's or the person's picture as `image`, where there is no button to press. */
  readonly command?: string;
  /** The command needs words, too: a form asks for them. */
  readonly asks?: true;
}

export const MENUS: readonly Menu[] = [
  {
    on: "message",
    name: "Remix",
    press: { action: "edit" },
    command: "edit",
    asks: true,
    names: {
      de: "Abwandeln",
      fr: "Remixer",
      "es-ES": "Remezclar",
      "es-419": "Remezclar",
      "pt-BR": "Remixar",
      ja: "リミックス",
    },
  },
  {
    on: "message",
    name: "Describe",
    command: "describe",
    names: {
      de: "Beschreiben",
      fr: "Décrire",
      "es-ES": "Describir",
      "es-419": "Describir",
      "pt-BR": "Descrever",
      ja: "説明する",
    },
  },
  {
    on: "message",
    name: "Upscale",
    press: { action: "upscale", index: 0 },
    command: "upscale",
    names: {
      de: "Vergrößern",
      fr: "Agrandir",
      "es-ES": "Ampliar",
      "es-419": "Ampliar",
      "pt-BR": "Ampliar",
      ja: "拡大",
    },
  },
  {
    on: "message",
    name: "Draw again",
    press: { action: "reroll" },
    names: {
      de: "Noch einmal zeichnen",
      fr: "Redessiner",
      "es-ES": "Dibujar otra vez",
      "es-419": "Dibujar otra vez",
      "pt-BR": "Desenhar de novo",
      ja: "もう一度描く",
    },
  },
  {
    on: "message",
    name: "Image info",
    press: { action: "info", index: 0 },
    command: "verify",
    names: {
      de: "Bildangaben",
      fr: "Infos sur l'image",
      "es-ES": "Datos de la imagen",
      "es-419": "Datos de la imagen",
      "pt-BR": "Dados da imagem",
      ja: "画像の情報",
    },
  },
  {
    on: "message",
    name: "Use as init image",
    press: { action: "use", index: 0 },
    command: "edit",
    asks: true,
    names: {
      de: "Als Vorlage verwenden",
      fr: "Utiliser comme image de départ",
      "es-ES": "Usar como imagen inicial",
      "es-419": "Usar como imagen inicial",
      "pt-BR": "Usar como imagem inicial",
      ja: "元画像として使う",
    },
  },
  {
    on: "message",
    name: "Report",
    press: { action: "report" },
    names: {
      de: "Melden",
      fr: "Signaler",
      "es-ES": "Denunciar",
      "es-419": "Denunciar",
      "pt-BR": "Denunciar",
      ja: "報告",
    },
  },
  {
    on: "user",
    name: "Remix avatar",
    command: "edit",
    asks: true,
    names: {
      de: "Profilbild abwandeln",
      fr: "Remixer l'avatar",
      "es-ES": "Remezclar avatar",
      "es-419": "Remezclar avatar",
      "pt-BR": "Remixar avatar",
      ja: "アバターをリミックス",
    },
  },
];

/** A menu as Discord registers it. */
export interface MenuJson {
  readonly type: ApplicationCommandType.Message | ApplicationCommandType.User;
  readonly name: string;
  readonly name_localizations: Readonly<Record<string, string>>;
  readonly contexts: readonly InteractionContextType[];
  readonly integration_types: readonly ApplicationIntegrationType[];
}

/** All menus as Discord registers them. */
export function menuJson(): MenuJson[] {
  const { Guild, BotDM, PrivateChannel } = InteractionContextType;
  const { GuildInstall, UserInstall } = ApplicationIntegrationType;
  return MENUS.map(({ on, name, names }) => ({
    type: on === "user" ? ApplicationCommandType.User : ApplicationCommandType.Message,
    name,
    name_localizations: { ...Object.fromEntries(ENGLISH.map((locale) => [locale, name])), ...names },
    contexts: [Guild, BotDM, PrivateChannel],
    integration_types: [GuildInstall, UserInstall],
  }));
}

/** What choosing a menu comes to. */
export type Choice =
  | { readonly kind: "button"; readonly buttonId: string }
  | { readonly kind: "command"; readonly command: string; readonly options: { readonly image: string } }
  /** Words are missing: a form asks for them, then the command gets both. */
  | { readonly kind: "ask"; readonly title: string; readonly command: string; readonly image: string }
  /** It cannot be done, and why. */
  | { readonly kind: "nothing"; readonly reason: TextKey };

export type MenuInteraction = APIMessageApplicationCommandInteraction | APIUserApplicationCommandInteraction;

/** Where Discord keeps avatars and attachments; a simulator does at its own address. */
export function fileOrigin(apiUrl: string): string {
  const { origin, hostname } = new URL(apiUrl);
  return hostname === "discord.com" ? "https://cdn.discordapp.com" : origin;
}

/** Whether a job that is pressed exists and may be seen is checked with the button; whether a picture may be used, with the command. */
export function chooseMenu({ data }: MenuInteraction, cdn: string): Choice {
  const menu = MENUS.find(({ name }) => name === data.name);
  if (!menu) return { kind: "nothing", reason: "reply.menu-unknown" };
  if (data.type === ApplicationCommandType.User) {
    const user = data.resolved.users[data.target_id];
    if (!user?.avatar) return { kind: "nothing", reason: "reply.no-avatar" };
    return useImage(menu, `${cdn}/avatars/${user.id}/${user.avatar}.png?size=512`);
  }
  const message = data.resolved.messages[data.target_id];
  const job = jobOf(message);
  if (menu.press && job !== undefined) return { kind: "button", buttonId: encodeButtonId({ ...menu.press, job }) };
  const picture = message?.attachments.find(({ content_type: type }) => type?.startsWith("image/"));
  if (menu.command !== undefined && picture) return useImage(menu, picture.url);
  return { kind: "nothing", reason: menu.command === undefined ? "reply.no-picture-of-mine" : "reply.no-picture" };
}

function useImage({ name: title, command = "", asks }: Menu, image: string): Choice {
  return asks ? { kind: "ask", title, command, image } : { kind: "command", command, options: { image } };
}

/** The job whose answer a message is, from its buttons. */
function jobOf(message: APIMessage | undefined): string | undefined {
  return /"v1:[a-z-]+:([a-z0-9]+)/.exec(JSON.stringify(message?.components ?? []))?.[1];
}
