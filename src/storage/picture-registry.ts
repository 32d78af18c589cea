import type { PictureRegistry, RegisteredPicture } from "../core/provenance.ts";
import type { Database } from "./database.ts";

/** Two hashes that differ in at most 7 of 64 bits agree in at least one of 8 bytes: only rows that share a byte are looked at. */
const MAX_DISTANCE = 7;
const BYTES = 8;

interface Row {
  readonly job: string;
  readonly picture: number | null;
  readonly model: string;
  readonly madeAt: number;
}

interface LooksRow extends Row {
  readonly hash: string;
  /** libsql's form of a BLOB. */
  readonly thumbnail: ArrayBuffer;
}

const COLUMNS = "job, picture, model, made_at AS madeAt";

/** The registry of posted pictures in the database. */
export function createPictureRegistry({ database }: { database: Database }): PictureRegistry {
  const insert = database.prepare<{ id: number }>(
    `INSERT INTO pictures (sha256, job, picture, model, made_at, hash, thumbnail) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sha256) DO NOTHING RETURNING id`,
  );
  const insertByte = database.prepare("INSERT INTO picture_hash_bytes (place, byte, picture) VALUES (?, ?, ?)");
  const selectBySha256 = database.prepare<Row>(`SELECT ${COLUMNS} FROM pictures WHERE sha256 = ?`);
  const sharesByte = Array.from({ length: BYTES }, () => "(place = ? AND byte = ?)").join(" OR ");
  const selectByLooks = database.prepare<LooksRow>(
    `SELECT ${COLUMNS}, hash, thumbnail FROM pictures
     WHERE id IN (SELECT picture FROM picture_hash_bytes WHERE ${sharesByte})`,
  );
  const deleteJob = database.prepare("DELETE FROM pictures WHERE job = ?");

  return {
    async add({ sha256, job, index, model, madeAt, fingerprint }) {
      database.transaction(() => {
        const { hash, thumbnail } = fingerprint ?? { hash: null, thumbnail: null };
        const added = insert.get(sha256, job, index ?? null, model, madeAt, hash, thumbnail);
        if (!added || hash === null) return;
        for (const [place, byte] of bytesOf(hash)) insertByte.run(place, byte, added.id);
      });
    },

    async bySha256(sha256) {
      const row = selectBySha256.get(sha256);
      return row && toPicture(row);
    },

    async byLooks(hash) {
      return selectByLooks
        .all(...bytesOf(hash).flat())
        .map((row) => ({ row, distance: hammingDistance(hash, row.hash) }))
        .filter(({ distance }) => distance <= MAX_DISTANCE)
        .toSorted((a, b) => a.distance - b.distance)
        .map(({ row }) => ({
          ...toPicture(row),
          fingerprint: { hash: row.hash, thumbnail: new Uint8Array(row.thumbnail) },
        }));
    },

    async forget(job) {
      deleteJob.run(job);
    },
  };
}

/** In how many of their 64 bits two hashes (16 hexadecimal digits) differ. */
export function hammingDistance(a: string, b: string): number {
  const different = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  return different.toString(2).replaceAll("0", "").length;
}

function bytesOf(hash: string): [place: number, byte: number][] {
  return [...Buffer.from(hash, "hex")].map((byte, place) => [place, byte]);
}

function toPicture({ job, picture, model, madeAt }: Row): RegisteredPicture {
  return { job, model, madeAt, ...(picture === null ? {} : { index: picture }) };
}
