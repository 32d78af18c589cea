import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { Installation, InstallationQuery, InstallationStore } from "@slack/bolt";
import type { KeyValueStore } from "../../core/stores.ts";

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Installations by workspace, or by organisation where an admin installed it for all its workspaces. Tokens are stored encrypted. */
export function createInstallations(store: KeyValueStore, key: Buffer): Required<InstallationStore> {
  return {
    async fetchInstallation(query: InstallationQuery<boolean>) {
      // An organisation's own installation serves those of its workspaces that have none.
      const keys = [
        ...(query.isEnterpriseInstall || query.teamId === undefined ? [] : [storeKey(query.teamId)]),
        ...(query.enterpriseId === undefined ? [] : [storeKey(query.enterpriseId)]),
      ];
      for (const place of keys) {
        const sealed = await store.get<string>(place);
        if (sealed !== undefined) return JSON.parse(unseal(sealed, key, place)) as Installation;
      }
      throw new Error("the app is not installed there");
    },
    async storeInstallation(installation) {
      const place = storeKey(ownerOf(installation));
      await store.set(place, seal(JSON.stringify(installation), key, place));
    },
    async deleteInstallation({ teamId, enterpriseId, isEnterpriseInstall }) {
      const owner = isEnterpriseInstall ? enterpriseId : teamId;
      if (owner !== undefined) await store.delete(storeKey(owner));
    },
  };
}

/** What signs the state of an installation under way, from the key that encrypts tokens. */
export function stateSecretOf(key: Buffer): string {
  return createHmac("sha256", key).update("slack oauth state").digest("base64url");
}

function ownerOf({ isEnterpriseInstall, enterprise, team }: Installation): string {
  const owner = isEnterpriseInstall ? enterprise?.id : team?.id;
  if (owner === undefined) throw new Error("an installation without a workspace");
  return owner;
}

function storeKey(owner: string): string {
  return `slack:installation:${owner}`;
}

/** AES-256-GCM; `place` is authenticated, so that a token cannot be moved to another workspace. */
function seal(text: string, key: Buffer, place: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/** Throws when the key is another one or the text was changed. */
function unseal(text: string, key: Buffer, place: string): string {
  const bytes = Buffer.from(text, "base64");
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES))
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
}
