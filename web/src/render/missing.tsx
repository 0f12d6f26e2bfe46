/** Stands in the place of a component whose file could not be had: the others work. */

import { languageOfTexts, translate } from "../browser/translation";
import { describeFailedFiles } from "../files/failed";

/** The box; undefined if all scripts were loaded, so that the component is missing for another reason. */
export function missingBox(): React.ReactElement | undefined {
  return describeFailedFiles() ? <MissingComponent /> : undefined;
}

export function MissingComponent(): React.ReactElement {
  return (
    <div className="pyrt-missing" role="alert" {...languageOfTexts()}>
      {`${translate("A component is missing here.")}\n${describeFailedFiles()}`}
    </div>
  );
}
