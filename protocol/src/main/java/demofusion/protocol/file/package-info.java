/**
 * Files that are whole or not there, for coordinators and clients alike: {@link
 * demofusion.protocol.file.SafeFile}.
 */
@NullMarked
package demofusion.protocol.file;

import org.jspecify.annotations.NullMarked;
