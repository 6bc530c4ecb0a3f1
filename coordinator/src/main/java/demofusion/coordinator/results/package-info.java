/**
 * Finished pictures in an object store (S3). Read {@link demofusion.coordinator.results.Results}
 * first. What is in the store is told by a marker in each job's folder ({@link
 * demofusion.coordinator.store.StoredResults}); what is to be done follows from the data folder
 * alone, so that a restart at any time goes on where it was.
 *
 * <pre>
 * data folder ──look──▶ FinishedJobs ──▶ ResultsUploader ──▶ ObjectStore (S3Store)
 *    ▲ ▲                                      │                      │
 *    │ └───────────── stored.json ◀───────────┘ when the store has   │
 *    │                                     confirmed size, checksum  │
 *    └──────────── LocalCopies (ResultFiles) ◀── ResultFetcher ◀─────┘ when somebody reads
 * </pre>
 */
@NullMarked
package demofusion.coordinator.results;

import org.jspecify.annotations.NullMarked;
