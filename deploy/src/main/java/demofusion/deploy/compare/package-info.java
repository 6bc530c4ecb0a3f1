/**
 * Comparing methods: the same prompts rendered in several ways, measured, and shown on one sheet
 * ({@link demofusion.deploy.compare.Comparison}, read first); and varying one setting ({@link
 * demofusion.deploy.compare.Study}). The metrics are pure functions of images.
 */
@NullMarked
package demofusion.deploy.compare;

import org.jspecify.annotations.NullMarked;
