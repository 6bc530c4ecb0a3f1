/**
 * Proof that a device computes what it should: read {@link
 * demofusion.deploy.selftest.SelftestCheck} first, then {@link
 * demofusion.deploy.selftest.Selftest}.
 */
@NullMarked
package demofusion.deploy.selftest;

import org.jspecify.annotations.NullMarked;
