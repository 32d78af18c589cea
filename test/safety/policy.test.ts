import { describe, expect, it } from "vitest";
import {
  ABSOLUTE_CATEGORIES,
  ADJUSTABLE_CATEGORIES,
  CHANNEL_CLASSES,
  createPolicy,
  FLOORS,
} from "../../src/safety/policy.ts";

const MILDEST = { general: FLOORS.general, ageRestricted: FLOORS.ageRestricted };
const PLACES = [
  { platform: "discord", ageRestricted: false },
  { platform: "discord", ageRestricted: true },
  { platform: "slack", ageRestricted: true },
  { platform: "terminal", ageRestricted: true, uploaded: true },
];

describe("the policy", () => {
  it.each(ABSOLUTE_CATEGORIES)("refuses %s in every place and with the mildest levels", (category) => {
    const policy = createPolicy(MILDEST);

    const verdicts = PLACES.map((place) => policy.decide(`${category}/x`, place));

    expect(verdicts).toEqual(PLACES.map(() => ({ level: "refuse", rule: `${category}/x` })));
  });

  it.each(ABSOLUTE_CATEGORIES)("has no switch for %s", (category) => {
    expect(() => createPolicy({ ageRestricted: { [category]: "allow" } })).toThrow(`levels.ageRestricted.${category}`);
  });

  it("refuses a category it does not know", () => {
    expect(createPolicy().decide("mystery", PLACES[1]!)).toEqual({ level: "refuse", rule: "mystery" });
  });

  it("lets an operator allow nudity where the platform checks ages, and nowhere else", () => {
    const policy = createPolicy({ ageRestricted: { nudity: "spoiler" } });

    const levels = PLACES.map((place) => policy.decide("nudity/words", place).level);

    expect(levels).toEqual(["refuse", "spoiler", "refuse", "refuse"]);
  });

  it("holds what would be a spoiler where the platform has none", () => {
    const policy = createPolicy();

    expect(policy.decide("suggestive/words", { platform: "discord", ageRestricted: false }).level).toBe("spoiler");
    expect(policy.decide("suggestive/words", { platform: "slack", ageRestricted: false }).level).toBe("hold");
  });

  it("raises a verdict to the least level of a combination, and never lowers one", () => {
    const policy = createPolicy({ ageRestricted: { nudity: "allow" } });
    const place = { platform: "discord", ageRestricted: true };

    expect(policy.decide("nudity/youthful", place, "hold").level).toBe("hold");
    expect(policy.decide("sexual/words", place, "hold").level).toBe("refuse");
  });

  it("lets an operator be stricter", () => {
    const policy = createPolicy({ general: { suggestive: "refuse" } });

    expect(policy.decide("suggestive/words", PLACES[0]!).level).toBe("refuse");
  });

  it.each(CHANNEL_CLASSES.flatMap((channel) => ADJUSTABLE_CATEGORIES.map((category) => [channel, category] as const)))(
    "never goes below the floor: %s %s",
    (channel, category) => {
      const floor = FLOORS[channel][category];
      const act = () => createPolicy({ [channel]: { [category]: "allow" } });

      if (floor === "allow") expect(act).not.toThrow();
      else expect(act).toThrow(`levels.${channel}.${category}: cannot be milder than ${floor}`);
    },
  );

  it("names the field of a level that does not exist", () => {
    expect(() => createPolicy({ general: { gore: "maybe" } })).toThrow("levels.general.gore: “maybe” is not one of");
  });
});
