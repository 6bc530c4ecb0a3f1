/**
 * What is asked of the tested model itself: read {@link demofusion.deploy.selftest.check.Probe}
 * first, then {@link demofusion.deploy.selftest.check.SameBitsCheck}.
 */
@NullMarked
package demofusion.deploy.selftest.check;

import org.jspecify.annotations.NullMarked;
