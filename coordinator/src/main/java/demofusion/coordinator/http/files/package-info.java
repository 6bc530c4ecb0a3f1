/**
 * The farm's model files over HTTP, where they come in ({@link
 * demofusion.coordinator.http.files.ModelFileRoutes}, read first) and where workers fetch them.
 */
@NullMarked
package demofusion.coordinator.http.files;

import org.jspecify.annotations.NullMarked;
