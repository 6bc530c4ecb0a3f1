/**
 * The routes, one class for each subject. Read {@link demofusion.coordinator.http.route.JobRoutes}
 * first; each class lists its {@link demofusion.coordinator.http.Endpoint}s at its top.
 */
@NullMarked
package demofusion.coordinator.http.route;

import org.jspecify.annotations.NullMarked;
