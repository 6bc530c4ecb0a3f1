/**
 * ControlNets: {@link demofusion.protocol.model.control.ControlFile} says what a file or folder is
 * and refuses the others, before anything is computed with it. Read it first.
 */
@NullMarked
package demofusion.protocol.model.control;

import org.jspecify.annotations.NullMarked;
