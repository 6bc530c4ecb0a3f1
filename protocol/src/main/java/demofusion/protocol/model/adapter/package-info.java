/**
 * IP-Adapters and the image encoders that belong to them (conditioning section 4), as files: which
 * kind one is, how wide, and what fits what. Nothing is computed here. Read {@link
 * demofusion.protocol.model.adapter.AdapterPair} first.
 */
@NullMarked
package demofusion.protocol.model.adapter;

import org.jspecify.annotations.NullMarked;
