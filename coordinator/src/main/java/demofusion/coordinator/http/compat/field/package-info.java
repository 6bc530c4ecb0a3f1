/**
 * What other programs' clients send, field by field, as their servers read it. Read {@link
 * demofusion.coordinator.http.compat.field.Fields} first.
 */
@NullMarked
package demofusion.coordinator.http.compat.field;

import org.jspecify.annotations.NullMarked;
