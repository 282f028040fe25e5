/**
 * Independent runs on Apache Spark. Start at {@link io.haori.cluster.SparkPlace}, the driver's
 * side; {@link io.haori.cluster.OrderTask} is the executor's, {@link io.haori.cluster.SharedStore}
 * what both see, {@link io.haori.cluster.HaoriJob} how the two worlds of classes are kept apart.
 */
@NullMarked
package io.haori.cluster;

import org.jspecify.annotations.NullMarked;
