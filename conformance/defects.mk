# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Each seeded defect of the model has to be caught by a row that cites the
# requirement it breaks; conformance/proofs.txt is the record of which did.

DEFECTS_PROGRAM := build/defects/nvme-lm-ct
PROVE := tools/prove-defects $(DEFECTS_PROGRAM) model/defects.def conformance/proofs.txt build/defects/runs

.PHONY: defects defects-update check-defects defects-program
defects-program:
	@$(MAKE) -s VARIANT=defects $(DEFECTS_PROGRAM)

GALLERY = $(B)/lm-gallery model/defects.def build/defects/runs build/defects/gallery.html

defects: defects-program $(B)/lm-gallery ## run the suite against each seeded defect, and show them in the report; ONLY="3 17" for some
	@$(PROVE) $(ONLY)
	@$(if $(ONLY),,$(GALLERY) && $(MAKE) -s conformance)

defects-update: defects-program ## the same, and record which row proves which requirement
	@$(PROVE) --update
	@$(MAKE) -s readme-state

check-defects: defects-program $(B)/lm-gallery
	@$(PROVE)
	@$(GALLERY)
CHECKS += defects
