/**
 * A job's files on disk. Read {@link demofusion.coordinator.store.JobFolder} first: the folder is
 * the source of truth, actors only cache it.
 */
@NullMarked
package demofusion.coordinator.store;

import org.jspecify.annotations.NullMarked;
