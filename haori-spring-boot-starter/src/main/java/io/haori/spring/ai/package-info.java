/** Haori's vectors as Spring AI has them, where an application uses Spring AI. */
@NullMarked
package io.haori.spring.ai;

import org.jspecify.annotations.NullMarked;
