/**
 * What a device does in a second, as {@code plan --calibration} takes it: read {@link
 * demofusion.deploy.selftest.rate.RateCalibrator} first.
 */
@NullMarked
package demofusion.deploy.selftest.rate;

import org.jspecify.annotations.NullMarked;
