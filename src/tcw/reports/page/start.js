startChart();
startDrill();
startPeople();
