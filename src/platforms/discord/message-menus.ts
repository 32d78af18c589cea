import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type APIMessageApplicationCommandInteraction,
} from "discord-api-types/v10";
import { encodeButtonId } from "../../core/button-id.ts";
import { ENGLISH } from "./locales/locales.ts";

/** An entry of a message's context menu (right click, Apps): it presses a button of the job that the message shows. */
interface MessageMenu {
  /** The action of a file in commands/buttons/. */
  readonly action: string;
  readonly index?: number;
  readonly name: string;
  readonly names: Readonly<Record<string, string>>;
}

export const MESSAGE_MENUS: readonly MessageMenu[] = [
  {
    action: "edit",
    name: "Remix",
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
    action: "upscale",
    index: 0,
    name: "Upscale",
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
    action: "reroll",
    name: "Draw again",
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
    action: "show",
    name: "Image info",
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
    action: "report",
    name: "Report",
    names: {
      de: "Melden",
      fr: "Signaler",
      "es-ES": "Denunciar",
      "es-419": "Denunciar",
      "pt-BR": "Denunciar",
      ja: "報告",
    },
  },
];

/** A menu as Discord registers it. */
export interface MenuJson {
  readonly type: ApplicationCommandType.Message;
  readonly name: string;
  readonly name_localizations: Readonly<Record<string, string>>;
  readonly contexts: readonly InteractionContextType[];
  readonly integration_types: readonly ApplicationIntegrationType[];
}

/** All menus as Discord registers them. */
export function menuJson(): MenuJson[] {
  const { Guild, BotDM, PrivateChannel } = InteractionContextType;
  const { GuildInstall, UserInstall } = ApplicationIntegrationType;
  return MESSAGE_MENUS.map(({ name, names }) => ({
    type: ApplicationCommandType.Message,
    name,
    name_localizations: { ...Object.fromEntries(ENGLISH.map((locale) => [locale, name])), ...names },
    contexts: [Guild, BotDM, PrivateChannel],
    integration_types: [GuildInstall, UserInstall],
  }));
}

/** The button that a menu presses; undefined when the message shows none of our jobs. Whether the job exists and may be seen is checked with it. */
export function buttonOfMenu({ data }: APIMessageApplicationCommandInteraction): string | undefined {
  const menu = MESSAGE_MENUS.find(({ name }) => name === data.name);
  const components = JSON.stringify(data.resolved.messages[data.target_id]?.components ?? []);
  const job = /"v1:[a-z-]+:([a-z0-9]+)/.exec(components)?.[1];
  if (!menu || job === undefined) return undefined;
  return encodeButtonId({ action: menu.action, job, ...(menu.index === undefined ? {} : { index: menu.index }) });
}
