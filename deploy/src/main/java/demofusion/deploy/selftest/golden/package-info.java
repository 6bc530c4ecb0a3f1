/**
 * Small models whose answers are known from the reference: read {@link
 * demofusion.deploy.selftest.golden.GoldenCheck} first.
 */
@NullMarked
package demofusion.deploy.selftest.golden;

import org.jspecify.annotations.NullMarked;
