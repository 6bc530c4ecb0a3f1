/**
 * Requests for images. Read {@link demofusion.protocol.api.request.RenderSpec} first: everything
 * that determines the image; {@link demofusion.protocol.api.request.JobRequest} adds what a client
 * asks of a farm, {@link demofusion.protocol.api.request.RequestFields} is the table of all fields.
 */
@NullMarked
package demofusion.protocol.api.request;

import org.jspecify.annotations.NullMarked;
