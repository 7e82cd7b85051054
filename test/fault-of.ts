import { HubError } from '../src/model/hub-error.js';

/** The fault that the work ends with, null when it ends well; anything but a HubError is a failure of the test. */
export async function faultOf(work: Promise<unknown>): Promise<HubError | null> {
  return work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof HubError) return error;
      throw error;
    },
  );
}
