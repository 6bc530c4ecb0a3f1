/**
 * What a request may ask for beyond DemoFusion as its paper has it ({@code
 * coordinator/docs/modes.md}): plain values with their bounds, each with the text that options and
 * JSON have it as.
 */
@NullMarked
package demofusion.protocol.api.request.method;

import org.jspecify.annotations.NullMarked;
