import { z } from "zod";

const span = z.tuple([z.int().min(0), z.int().positive()]);
const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** Concepts, and where the picture of each style lies in which file; `files` are those of `styles`, in their order. */
export const indexSchema = z.object({
  styles: z.array(z.string()).min(1),
  size: z.int().positive(),
  files: z.array(z.string()).min(1),
  concepts: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      pictures: z.record(z.string(), span),
      bbox: z.record(z.string(), box).optional(),
    }),
  ),
});
export type MemoryIndex = z.infer<typeof indexSchema>;
