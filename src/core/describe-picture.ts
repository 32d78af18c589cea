import type { Context } from "./command.ts";
import type { BlobRef } from "./image-request.ts";
import type { ModelInfo, Vocabulary } from "./model.ts";

/** Phrases of one kind compete with each other. */
interface Question {
  readonly title: string;
  readonly answers: readonly string[];
  /** The sentence that is scored for an answer. */
  readonly sentence: (answer: string) => string;
  /** How many answers are worth telling. */
  readonly most: number;
}

/** Answers that get less are guesses; where there are few, so is what gets hardly more than each would by chance. */
const MIN_SHARE = 0.1;
const OVER_CHANCE = 1.5;

const COLOURS = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "gray"];

/**
 * What a picture shows, in the words that a model knows: each word's sentence is scored against the picture, and a softmax over the words of a
 * kind says how sure that is (CLIP's zero-shot classification, https://arxiv.org/abs/2103.00020). One line for each kind.
 */
export async function describePicture(
  { score }: Pick<Context, "score">,
  picture: BlobRef,
  scorer: ModelInfo,
  vocabulary: Vocabulary,
): Promise<string[]> {
  const questions = questionsOf(vocabulary);
  const phrases = questions.flatMap(({ answers, sentence }) => answers.map((answer) => sentence(answer)));
  const scores = await score(scorer.id, picture, phrases);
  let next = 0;
  return questions.flatMap(({ title, answers, most }) => {
    const shares = softmax(answers.map(() => scores[next++]!));
    const told = answers
      .map((answer, i) => ({ answer, share: shares[i]! }))
      .sort((a, b) => b.share - a.share)
      .slice(0, most)
      .filter(({ share }) => share >= Math.max(MIN_SHARE, OVER_CHANCE / answers.length));
    return told.length === 0
      ? []
      : [`**${title}**: ${told.map(({ answer, share }) => `${answer} (${Math.round(100 * share)} %)`).join(", ")}`];
  });
}

function questionsOf({ concepts, styles }: Vocabulary): Question[] {
  const questions: Question[] = [
    { title: "It shows", answers: Object.keys(concepts), sentence: (thing) => `a picture of a ${thing}`, most: 3 },
    {
      title: "Style",
      answers: Object.entries(styles).map(([name, phrases]) => phrases[0] ?? name),
      sentence: (style) => `a picture, ${style}`,
      most: 1,
    },
    { title: "Colours", answers: COLOURS, sentence: (colour) => `a ${colour} picture`, most: 3 },
  ];
  return questions.filter(({ answers }) => answers.length > 0);
}

/** Exports without logits give cosines, which CLIP's own temperature makes logits. */
const CLIP_LOGIT_SCALE = 100;

function softmax(values: readonly number[]): number[] {
  const most = Math.max(...values);
  const scale = values.every((value) => Math.abs(value) <= 1) ? CLIP_LOGIT_SCALE : 1;
  const powers = values.map((value) => Math.exp(scale * (value - most)));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
