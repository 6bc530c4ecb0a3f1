/**
 * What the machine has for rendering, and what to do about what it lacks: {@link
 * demofusion.deploy.doctor.Doctor} (read first) goes through the checks.
 */
@NullMarked
package demofusion.deploy.doctor;

import org.jspecify.annotations.NullMarked;
