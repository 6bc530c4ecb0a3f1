/**
 * ControlNets on a device (conditioning section 2): {@link
 * demofusion.worker.model.control.ControlResiduals} (read first) makes what they add to a UNet;
 * {@link demofusion.worker.model.control.ControlPictures} cuts what they see out of pictures.
 */
@NullMarked
package demofusion.worker.model.control;

import org.jspecify.annotations.NullMarked;
