/**
 * What lies on disk of a job. Read {@link demofusion.coordinator.store.JobFolder} first: the folder
 * is the truth, actors only cache it.
 */
@NullMarked
package demofusion.coordinator.store;

import org.jspecify.annotations.NullMarked;
