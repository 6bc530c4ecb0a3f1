"""Stand-in of torch: as much of a tensor as the nodes use, held by numpy."""

import numpy


class Tensor:
    def __init__(self, values):
        self.values = values
        self.shape = values.shape

    def __getitem__(self, index):
        return Tensor(self.values[index])

    def __len__(self):
        return len(self.values)

    def cpu(self):
        return self

    def float(self):
        return Tensor(self.values.astype(numpy.float32))

    def numpy(self):
        return self.values


def from_numpy(values):
    return Tensor(values)


def cat(tensors, dim=0):
    return Tensor(numpy.concatenate([each.values for each in tensors], axis=dim))
