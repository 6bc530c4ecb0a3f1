/**
 * Checks what the machine offers for rendering, and suggests fixes: {@link
 * demofusion.deploy.doctor.Doctor} (read first) runs the checks.
 */
@NullMarked
package demofusion.deploy.doctor;

import org.jspecify.annotations.NullMarked;
