/**
 * Independent runs that another process or machine can do: a run as data ({@link
 * io.haori.training.work.WorkOrder}), who does runs of a kind ({@link
 * io.haori.training.work.OrderWorker}), and the seam behind which an engine hands them out ({@link
 * io.haori.training.work.WorkPlace}, where to start).
 */
@NullMarked
package io.haori.training.work;

import org.jspecify.annotations.NullMarked;
