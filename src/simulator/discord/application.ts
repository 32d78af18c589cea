import type { JsonObject } from "./json.ts";
import type { InteractionsEndpoint } from "./interactions-endpoint.ts";
import type { World } from "./world.ts";

/** The bot's application as GET /applications/@me gives it. */
export function applicationJson({ applicationId, bot, owner }: World, endpoint: InteractionsEndpoint): JsonObject {
  return {
    id: applicationId,
    name: bot.username,
    icon: null,
    description: "",
    summary: "",
    type: null,
    bot,
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: endpoint.verifyKey,
    flags: 0,
    flags_new: "0",
    redirect_uris: [],
    interactions_endpoint_url: endpoint.url,
    role_connections_verification_url: null,
    owner,
    team: null,
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    eligible_oauth2_scopes: ["applications.commands", "bot"],
  };
}
