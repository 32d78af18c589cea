import { describe, expect, it } from "vitest";
import { checkMayCancel, checkMaySee } from "../../src/core/job-access.ts";
import { openJob, sampleRequest } from "./sample-jobs.ts";

const job = openJob();
const { person: ann, place } = job;
const bob = { ...ann, id: "bob" };
const moderator = { ...bob, id: "mod", moderator: true };
const elsewhere = { ...place, community: "other" };

describe("checkMaySee", () => {
  it("shows own jobs everywhere and others' where they were made", () => {
    expect(() => checkMaySee(job, ann, elsewhere)).not.toThrow();
    expect(() => checkMaySee(job, bob, { ...place, channel: "another" })).not.toThrow();
  });

  it("denies that anything else exists", () => {
    const secret = openJob({ request: sampleRequest({ private: true }) });
    const direct = openJob({ place: { platform: "test", channel: "dm-ann", ageRestricted: false } });

    expect(() => checkMaySee(job, bob, elsewhere)).toThrow("There is no job “k3f9x2ab”.");
    expect(() => checkMaySee(job, { ...ann, platform: "other" }, { ...place, platform: "other" })).toThrow("no job");
    expect(() => checkMaySee(secret, moderator, place)).toThrow("no job");
    expect(() => checkMaySee(direct, bob, { ...direct.place, channel: "dm-bob" })).toThrow("no job");
  });
});

describe("checkMayCancel", () => {
  it("is for the one who asked and for moderators of the place", () => {
    expect(() => checkMayCancel(job, ann, elsewhere)).not.toThrow();
    expect(() => checkMayCancel(job, moderator, place)).not.toThrow();
    expect(() => checkMayCancel(job, bob, place)).toThrow("That job belongs to somebody else.");
    expect(() => checkMayCancel(job, moderator, elsewhere)).toThrow("no job");
  });
});
