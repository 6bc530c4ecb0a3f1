/**
 * The safetensors file format, checked reader ({@link
 * demofusion.protocol.safetensors.SafetensorsFile}, read first) and writer.
 */
@NullMarked
package demofusion.protocol.safetensors;

import org.jspecify.annotations.NullMarked;
