/**
 * The options of a picture of which a part is drawn anew. Read {@link
 * demofusion.deploy.command.option.inpaint.InpaintOptions} first.
 */
@NullMarked
package demofusion.deploy.command.option.inpaint;

import org.jspecify.annotations.NullMarked;
