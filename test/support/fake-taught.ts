import type { TaughtConcepts, TaughtRef } from "../../src/core/taught.ts";

/** Concepts of one place in memory; pictures are taken as they are. */
export function createFakeTaught(concepts: TaughtRef[] = [], open = false): TaughtConcepts {
  let isOpen = open;
  return {
    list: async () => concepts,
    async teach(_, name, { sha256, mimeType }) {
      const learnt = { name, picture: { sha256, mimeType } };
      concepts.push(learnt);
      return learnt;
    },
    async remove(_, name) {
      const place = concepts.findIndex((concept) => concept.name === name);
      if (place >= 0) concepts.splice(place, 1);
      return place >= 0;
    },
    isOpen: async () => isOpen,
    async setOpen(_, next) {
      isOpen = next;
    },
  };
}
