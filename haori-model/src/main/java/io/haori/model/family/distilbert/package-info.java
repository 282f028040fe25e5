/** DistilBERT: {@link io.haori.model.family.distilbert.DistilBertFamily} puts it together. */
@NullMarked
package io.haori.model.family.distilbert;

import org.jspecify.annotations.NullMarked;
