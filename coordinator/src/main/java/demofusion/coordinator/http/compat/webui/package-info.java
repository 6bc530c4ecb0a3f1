/**
 * Rules of AUTOMATIC1111's WebUI that are its own, as its code has them, on plain values. Begin
 * with {@link demofusion.coordinator.http.compat.webui.IgnoredFields}.
 */
@NullMarked
package demofusion.coordinator.http.compat.webui;

import org.jspecify.annotations.NullMarked;
