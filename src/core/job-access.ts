import { UserError } from "./errors.ts";
import type { Job } from "./job.ts";
import type { Person, Place } from "./platform.ts";

/** Whether somebody asked for the job. */
export function isOwn(job: Job, person: Person): boolean {
  return job.person.platform === person.platform && job.person.id === person.id;
}

/**
 * Own jobs everywhere; other people's where they were made (the same community, or the same channel where there is none), unless they are
 * private. Throws UserError job-unknown, which does not even say that the job exists.
 */
export function checkMaySee(job: Job, person: Person, place: Place): void {
  if (isOwn(job, person)) return;
  const here = place.platform === job.place.platform && isSamePlace(job.place, place);
  if (!here || job.request.private) throw new UserError("job-unknown", { job: job.id });
}

/** The one who asked, and moderators of the place where it was asked. Throws UserError job-not-yours. */
export function checkMayCancel(job: Job, person: Person, place: Place): void {
  if (isOwn(job, person)) return;
  checkMaySee(job, person, place);
  if (!person.moderator) throw new UserError("job-not-yours");
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.community === undefined ? a.channel === b.channel : a.community === b.community;
}
