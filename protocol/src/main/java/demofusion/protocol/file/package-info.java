/**
 * Files that are whole or not there, for coordinators and clients alike: {@link
 * demofusion.protocol.file.SafeFile}; and what only stands for a file.
 */
@NullMarked
package demofusion.protocol.file;

import org.jspecify.annotations.NullMarked;
