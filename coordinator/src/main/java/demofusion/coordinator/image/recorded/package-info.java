/**
 * What a picture says of how it was made, whichever program made it. {@link
 * demofusion.coordinator.image.recorded.PictureSettings} (read first) asks one {@link
 * demofusion.coordinator.image.recorded.Dialect} after another; each puts what it finds into a
 * {@link demofusion.coordinator.image.recorded.SettingsDraft}, under WebUI's names, and names what
 * cannot be drawn here.
 */
@NullMarked
package demofusion.coordinator.image.recorded;

import org.jspecify.annotations.NullMarked;
