/**
 * Methods side by side: the same prompts drawn in several ways, measured, and shown on one sheet
 * ({@link demofusion.deploy.compare.Comparison}, read first); and one setting in several values
 * ({@link demofusion.deploy.compare.Study}). The measures are pure functions of pictures.
 */
@NullMarked
package demofusion.deploy.compare;

import org.jspecify.annotations.NullMarked;
