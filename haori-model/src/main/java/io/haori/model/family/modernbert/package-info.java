/** ModernBERT: {@link io.haori.model.family.modernbert.ModernBertFamily} puts it together. */
@NullMarked
package io.haori.model.family.modernbert;

import org.jspecify.annotations.NullMarked;
